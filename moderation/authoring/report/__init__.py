"""Reports as one HTML file: no network, no script, readable in the light and in the dark."""
