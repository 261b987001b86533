"""A wave of posts against workers and two desks, by discrete events: what would wait, for how long, at what harm."""
