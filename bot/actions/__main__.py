"""`python -m bot.actions`: start the action server (port: WENBAN_ACTIONS_PORT)."""

from bot.serve import silence_old_pins

if __name__ == "__main__":
    silence_old_pins()
    from bot.actions.server import main  # after it: Rasa's SDK warns as it is imported

    main()
