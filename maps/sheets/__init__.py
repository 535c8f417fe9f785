"""Maps on paper: the view of a page as one vector drawing, in millimetres, and the file that it is printed to."""
