"""``python -m moderation`` does what the console script ``moderation`` does."""

from moderation.cli import main

if __name__ == "__main__":
    main()
