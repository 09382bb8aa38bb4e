"""People who sign in. Words owned: User. There is no superuser: nobody passes every check."""
