"""Search: one analyser, one index that follows the shelf, one page of results.

Words of this room: a *syllable* is a run of letters or digits; a *form* is a syllable in canonical
spelling with its folded twin; a *key* is a document number made comparable; a *mark* says up to which
change of the shelf an index has read; a *near match* lacks some of the words and is always labelled.

`text` knows words, `language` the query language, `meaning` what a query means in an index, `engines` the indexes,
`index` their life, `saved` the searches that people keep. What lies beside them is the room for readers (`asking`,
`queries`, `facets`, `views`) and for staff (`tuning`, `teaching`, `noticing`, `judging`, `staff`).
"""
