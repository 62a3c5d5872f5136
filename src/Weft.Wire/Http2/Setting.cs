namespace Weft.Wire.Http2;

/// <summary>One parameter of a SETTINGS frame.</summary>
public readonly record struct Setting(SettingId Id, uint Value);
