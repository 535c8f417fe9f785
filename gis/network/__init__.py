"""The network grid: which online group reaches which house, who serves in it, and how alive it is."""
