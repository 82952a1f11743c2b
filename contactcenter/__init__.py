"""What customers say when they call, write or chat: contact-center systems and the words they use."""
