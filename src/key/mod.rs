//! placeholder
use crate::error::Result; use crate::jose::Algorithm;
/// p
#[derive(Debug)] pub struct SigningKey;
impl SigningKey {
  /// p
  pub fn key_id(&self)->&str{""}
  /// p
  pub fn algorithm(&self)->Algorithm{Algorithm::Rs256}
  /// p
  pub fn sign_compact(&self,_:&str,_:&str)->Result<String>{Ok(String::new())}
}
