"""The words everything else is said in: findings, languages, dates, quantities. Imports nothing of sopgen above it."""
