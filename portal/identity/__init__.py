"""Who is asking: accounts, the party they act for, and the permission checks every service begins with."""
