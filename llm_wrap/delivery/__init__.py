"""From a brief to its readers' inboxes: sources that wraps arrive at, the message, the outbox, SMTP."""
