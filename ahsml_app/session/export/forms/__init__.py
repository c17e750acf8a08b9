"""What the program writes for other tools: functions from a table of labels to files."""
