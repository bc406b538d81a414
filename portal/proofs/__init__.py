"""Documents that anybody can check later: a code, a signed record, and one page that says what holds today."""
