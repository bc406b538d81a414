"""Who looked: what was read and changed of a party's records, drafts and cases, told to the party itself."""
