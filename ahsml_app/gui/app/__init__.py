"""Starting the application, the main window, and the wiring of its parts."""
