"""The book: the Sphinx extension (`extension`), and the build that judges it (`build`)."""
