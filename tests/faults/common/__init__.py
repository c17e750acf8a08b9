"""What the stages share: worlds, forks, scenarios, promises and the table."""
