"""`make chaos`: everything that can die dies while reminders fall due; a table says what that cost."""
