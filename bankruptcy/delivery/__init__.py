"""What all pages and addresses share: problems, base pages, template tags."""
