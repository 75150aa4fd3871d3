"""Office documents -> their paragraphs, taken apart in a process of their own (`retrieval.documents.worker`).

The files are other people's and the libraries for them have no bounds: the process has, of memory and of time.
"""
