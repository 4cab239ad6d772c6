"""Pages of service cases and questionnaires."""
