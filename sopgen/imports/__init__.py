"""Exports of shops' back ends into tables: read, mapped, checked and laid over what is there. The doors write what comes of it."""
