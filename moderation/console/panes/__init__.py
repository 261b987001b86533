"""The panes of the screen: pure functions of what is shown and a width, to lines of text."""
