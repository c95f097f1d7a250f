"""Who holds a dossier: transfers along the pinned process, paper hand-overs, consultations."""
