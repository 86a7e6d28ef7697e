"""Pages of the portal: what they show is computed here, the templates only lay it out."""
