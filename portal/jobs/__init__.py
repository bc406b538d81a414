"""The outbox: work to be done after a commit, kept in the application's own database so that no broker can lose it."""
