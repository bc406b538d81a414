"""`python -m bot.actions`: start the action server (port: WENBAN_ACTIONS_PORT)."""

from bot.actions.server import main

if __name__ == "__main__":
    main()
