"""The Celery side: the app and its settings, the tasks, and how a worker is started and kept in order."""
