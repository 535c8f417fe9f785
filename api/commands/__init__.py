"""The launcher's subcommands, one noun a file. Each file has an `app` that `api.cli` finds by its name."""
