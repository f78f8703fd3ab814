"""What services share: the language, the base module, the engine, the events and the ground they run on."""
