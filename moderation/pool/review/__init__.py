"""What reviewers do: claim, read, decide, hand over; use cases over the ports."""
