"""What text, times and queries mean, whatever the database."""
