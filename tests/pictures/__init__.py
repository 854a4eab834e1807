"""What `make screenshots` takes pictures of, and which of them are kept."""
