"""Tables are scanned for personal data before they are published; findings need a confirmation."""
