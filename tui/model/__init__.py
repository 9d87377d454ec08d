"""What is shown of something unbounded, as pure state: windows, pages, heights, drafts. No Textual."""
