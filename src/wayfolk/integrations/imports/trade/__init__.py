"""Files of trade partners: whose relations are resolved over the whole file, then written."""
