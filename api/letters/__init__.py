"""Papers that follow a lead, as DOCX from templates that an office can replace."""
