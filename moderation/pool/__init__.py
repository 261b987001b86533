"""The content pool: how posts come in, are worked on, decided and reviewed. Use cases over the ports."""
