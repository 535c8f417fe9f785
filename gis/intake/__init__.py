"""The ways in by other people's formats: one file each, which turns a message into an `IssueReport`."""
