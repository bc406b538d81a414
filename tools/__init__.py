"""Programs for those who develop and operate Wenban; nothing here is imported by the portal, the bot or the policy base."""
