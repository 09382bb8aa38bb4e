"""Staff screens of the composed pages: the list of pages, the slots of one, its preview, its versions."""
