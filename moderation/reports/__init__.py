"""Reports over what people decided, with libraries that the review desks themselves do not load."""
