SELECT applied_by FROM migration ORDER BY version DESC LIMIT 1
