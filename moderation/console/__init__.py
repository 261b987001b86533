"""The reviewers' screen: :func:`moderation.console.app.run`."""
