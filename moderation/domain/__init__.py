"""Values and ports of moderation: what every other package speaks in.

Standard library only; nothing here reads a file, a clock or a socket.
"""
