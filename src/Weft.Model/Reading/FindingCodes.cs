namespace Weft.Model.Reading;

/// <summary>Codes of everything that can be wrong with a document by itself (WF20xx) and with a set of resources together (WF21xx).</summary>
public static class FindingCodes
{
    public const string Syntax = "WF2001";
    public const string TooLarge = "WF2002";
    public const string TooDeep = "WF2003";
    public const string Alias = "WF2004";
    public const string DuplicateField = "WF2005";
    public const string WrongType = "WF2006";
    public const string Missing = "WF2007";
    public const string UnknownField = "WF2008";
    public const string UnknownKind = "WF2009";
    public const string BadName = "WF2010";
    public const string OutOfRange = "WF2011";
    public const string UnknownValue = "WF2012";
    public const string BadDuration = "WF2013";
    public const string NotSupported = "WF2014";
    public const string DuplicateResource = "WF2015";
    public const string BadValue = "WF2016";
    public const string TooMany = "WF2017";
    public const string Conflict = "WF2018";
    public const string MoreFindings = "WF2019";
    public const string EmptySet = "WF2020";

    public const string ParentNotFound = "WF2101";
    public const string ParentPortNotFound = "WF2102";
    public const string BackendNotFound = "WF2103";
    public const string BackendPortNotFound = "WF2104";
    public const string WeightsAllZero = "WF2105";
    public const string ShadowedRule = "WF2106";
    public const string PolicyNeverMatches = "WF2107";
    public const string TargetNotFound = "WF2108";
    public const string TargetClaimedTwice = "WF2109";
    public const string CrossNamespace = "WF2110";
    public const string WorkloadPortNotFound = "WF2111";
    public const string ChecksNobody = "WF2112";
}
