"""The shapes of requests and answers: field names and types only, no rule of the trade."""
