namespace Weft.ControlPlane.Checks;

/// <summary>One rule that resources must keep together.</summary>
public interface IModelCheck
{
    void Run(CheckContext context);
}
