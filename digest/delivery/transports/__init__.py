"""The ways out: SMTP, a local sendmail, a folder."""
