"""Quality of the portal's datasets: measured, kept, and their links asked."""
