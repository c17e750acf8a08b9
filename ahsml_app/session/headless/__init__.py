"""The batch job behind `ahsml-app --headless`."""
