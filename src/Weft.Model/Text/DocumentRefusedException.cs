namespace Weft.Model.Text;

/// <summary>Reading this file ends here; the finding that says why is already recorded.</summary>
internal sealed class DocumentRefusedException : Exception;
